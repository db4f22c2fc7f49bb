// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTraining} from "../../src/IAIModelTraining.sol";
import {EscrowTest} from "../EscrowTest.sol";
import {vm} from "../Vm.sol";
import {RevertingWallet} from "../receivers/Receivers.sol";

contract SubmitAdapterTest is EscrowTest {
    function test_given_no_accepted_slot_it_reverts_whatever_it_is() external {
        uint256 jobId = createJob();
        refuse(jobId, alice, IAIModelTraining.SlotStatus.None);
        deliver(jobId, alice);
        refuse(jobId, alice, IAIModelTraining.SlotStatus.Submitted);
        reject(jobId, alice);
        refuse(jobId, alice, IAIModelTraining.SlotStatus.Rejected);
        accept(jobId, bob);
        vm.warp(START + 1 hours);
        escrow.releaseSlot(jobId, bob);
        refuse(jobId, bob, IAIModelTraining.SlotStatus.Released);
    }

    function refuse(uint256 jobId, address contributor, IAIModelTraining.SlotStatus status) private {
        vm.prank(contributor);
        expectError(
            abi.encodeWithSelector(IAIModelTraining.SlotNotAccepted.selector, jobId, contributor, status)
        );
        escrow.submitAdapter(jobId, contributor, ADAPTER);
    }

    function test_given_the_deadline_it_reverts(uint32 later) external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.warp(START + 1 hours + later);
        vm.prank(alice);
        expectError(
            abi.encodeWithSelector(IAIModelTraining.DeadlinePassed.selector, jobId, alice, START + 1 hours)
        );
        escrow.submitAdapter(jobId, alice, ADAPTER);
    }

    function test_when_neither_wallet_nor_delegate_calls_it_reverts() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.prank(stranger);
        expectError(abi.encodeWithSelector(IAIModelTraining.NotSubmitter.selector, jobId, alice, stranger));
        escrow.submitAdapter(jobId, alice, ADAPTER);
    }

    function test_when_the_cid_is_empty_or_too_long_it_reverts() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.prank(alice);
        expectError(abi.encodeWithSelector(IAIModelTraining.CidLengthOutOfRange.selector, 0, 128));
        escrow.submitAdapter(jobId, alice, "");
        vm.prank(alice);
        expectError(abi.encodeWithSelector(IAIModelTraining.CidLengthOutOfRange.selector, 129, 128));
        escrow.submitAdapter(jobId, alice, string(new bytes(129)));
    }

    function test_it_returns_the_bond_to_the_wallet_whoever_calls(bool byDelegate, uint256 wait) external {
        uint256 jobId = createJob();
        uint256 before = alice.balance;
        accept(jobId, alice);
        vm.warp(START + bound(wait, 0, 1 hours - 1));
        vm.expectEmit(address(escrow));
        emit IAIModelTraining.AdapterSubmitted(jobId, alice, ADAPTER);
        vm.prank(byDelegate ? delegate : alice);
        escrow.submitAdapter(jobId, alice, ADAPTER);

        assertEq(alice.balance, before, "bond is back");
        assertEq(delegate.balance, 0, "delegate gets nothing");
        assertEq(address(escrow).balance, STAKE, "stake stays");
        assertEq(escrow.getSlot(jobId, alice).timestamp, block.timestamp, "time of submission");
        assertTrue(!escrow.getSlot(jobId, alice).bonded, "not bonded");
    }

    function test_it_keeps_the_bond_for_a_wallet_that_cannot_receive_which_withdraws_it_later() external {
        RevertingWallet wallet = new RevertingWallet();
        vm.deal(address(wallet), 1 ether);
        uint256 jobId = createJob();
        accept(jobId, address(wallet));
        vm.expectEmit(address(escrow));
        emit IAIModelTraining.PaymentDeferred(address(wallet), BOND);
        submit(jobId, address(wallet));

        assertEq(escrow.withdrawableWei(address(wallet)), BOND, "kept");
        wallet.setAccepts(true);
        wallet.call(address(escrow), 0, abi.encodeCall(escrow.withdraw, ()));
        assertEq(address(wallet).balance, 1 ether, "withdrawn");
    }

    function test_a_job_without_bond_returns_nothing() external {
        IAIModelTraining.Terms memory terms_ = terms();
        terms_.bondWei = 0;
        uint256 jobId = createJob(terms_);
        uint256 before = alice.balance;
        deliver(jobId, alice);
        assertEq(alice.balance, before, "unchanged");
    }
}
