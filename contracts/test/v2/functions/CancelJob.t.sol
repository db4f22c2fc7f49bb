// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {RevertingWallet} from "../../receivers/Receivers.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

contract CancelJobV2Test is EscrowTestV2 {
    function cancel(uint256 jobId) private {
        vm.prank(requester);
        escrow.cancelJob(jobId);
    }

    function test_given_an_ended_job_it_reverts() external {
        uint256 jobId = createJob();
        cancel(jobId);
        expectError(
            abi.encodeWithSelector(
                IAIModelTrainingV2.JobNotOpen.selector, jobId, IAIModelTrainingV2.JobStatus.Cancelled
            )
        );
        cancel(jobId);
    }

    function test_when_anybody_but_the_requester_calls_it_reverts(address caller) external {
        vm.assume(caller != requester);
        uint256 jobId = createJob();
        vm.prank(caller);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.NotRequester.selector, jobId, caller));
        escrow.cancelJob(jobId);
    }

    function test_given_a_taken_slot_it_reverts() external {
        uint256 jobId = createJob();
        accept(jobId, alice);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.SlotsTaken.selector, jobId, 1));
        cancel(jobId);
        submit(jobId, alice);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.SlotsTaken.selector, jobId, 1));
        cancel(jobId);
    }

    function test_given_a_contested_delivery_it_reverts() external {
        uint256 jobId = createJob(refereedTerms());
        deliver(jobId, alice);
        reject(jobId, alice);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.SlotsTaken.selector, jobId, 1));
        cancel(jobId);
        vm.warp(START + 1 days);
        enforce(jobId, alice);
        cancel(jobId);
        assertEq(address(escrow).balance, 0, "nothing is kept");
    }

    function test_it_refunds_the_whole_stake() external {
        uint256 before = requester.balance;
        uint256 jobId = createJob();
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.JobClosed(jobId, IAIModelTrainingV2.JobStatus.Cancelled, "", STAKE, 0);
        cancel(jobId);
        assertEq(requester.balance, before, "all is back");
        assertEq(address(escrow).balance, 0, "nothing is kept");
    }

    function test_bonds_of_missed_deadlines_were_burned_before() external {
        uint256 before = requester.balance;
        uint256 jobId = createJob();
        accept(jobId, alice);
        vm.warp(START + 1 hours);
        escrow.releaseSlot(jobId, alice);
        cancel(jobId);
        assertEq(requester.balance, before, "the stake and no more");
        assertEq(BURNT.balance, BOND, "the bond");
    }

    function test_a_requester_that_cannot_receive_is_owed_its_refund() external {
        RevertingWallet wallet = new RevertingWallet();
        vm.deal(address(wallet), STAKE);
        wallet.call(address(escrow), STAKE, abi.encodeCall(escrow.createJob, (terms())));
        wallet.call(address(escrow), 0, abi.encodeCall(escrow.cancelJob, (1)));
        assertEq(escrow.withdrawableWei(address(wallet)), STAKE, "owed");
    }
}
