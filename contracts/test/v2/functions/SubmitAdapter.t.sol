// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

contract SubmitAdapterV2Test is EscrowTestV2 {
    function test_given_no_accepted_slot_it_reverts_whatever_it_is() external {
        uint256 jobId = createJob();
        refuse(jobId, alice, IAIModelTrainingV2.SlotStatus.None);
        deliver(jobId, alice);
        refuse(jobId, alice, IAIModelTrainingV2.SlotStatus.Submitted);
        reject(jobId, alice);
        refuse(jobId, alice, IAIModelTrainingV2.SlotStatus.Rejected);
        accept(jobId, bob);
        vm.warp(START + 1 hours);
        escrow.releaseSlot(jobId, bob);
        refuse(jobId, bob, IAIModelTrainingV2.SlotStatus.Released);
    }

    function refuse(uint256 jobId, address contributor, IAIModelTrainingV2.SlotStatus status) private {
        vm.prank(contributor);
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.SlotNotAccepted.selector, jobId, contributor, status)
        );
        escrow.submitAdapter(jobId, contributor, ADAPTER);
    }

    function test_given_the_deadline_it_reverts(uint32 later) external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.warp(START + 1 hours + later);
        vm.prank(alice);
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.DeadlinePassed.selector, jobId, alice, START + 1 hours)
        );
        escrow.submitAdapter(jobId, alice, ADAPTER);
    }

    function test_when_neither_wallet_nor_delegate_calls_it_reverts() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.prank(stranger);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.NotSubmitter.selector, jobId, alice, stranger));
        escrow.submitAdapter(jobId, alice, ADAPTER);
    }

    function test_when_the_cid_is_empty_or_too_long_it_reverts() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.prank(alice);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.CidLengthOutOfRange.selector, 0, 128));
        escrow.submitAdapter(jobId, alice, "");
        vm.prank(alice);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.CidLengthOutOfRange.selector, 129, 128));
        escrow.submitAdapter(jobId, alice, string(new bytes(129)));
    }

    function test_the_bond_stays_until_the_verdict_whoever_calls(bool byDelegate, uint256 wait) external {
        uint256 jobId = createJob();
        uint256 before = alice.balance;
        accept(jobId, alice);
        vm.warp(START + bound(wait, 0, 1 hours - 1));
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.AdapterSubmitted(jobId, alice, ADAPTER);
        vm.prank(byDelegate ? delegate : alice);
        escrow.submitAdapter(jobId, alice, ADAPTER);

        assertEq(alice.balance, before - BOND, "the bond is not back");
        assertEq(delegate.balance, 0, "delegate gets nothing");
        assertEq(address(escrow).balance, STAKE + BOND, "stake and bond stay");
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.Submitted);
        assertEq(escrow.getSlot(jobId, alice).timestamp, block.timestamp, "time of submission");
    }
}
